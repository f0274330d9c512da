{{ config(alias='Data quality', schema='en') }}

{{ readable('mart_data_quality', 'en') }}

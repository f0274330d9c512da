{{ config(alias='Programmes', schema='en') }}

{{ readable('mart_programmes', 'en') }}
